// Looks every five seconds what may be shown now; without this script the page does so by itself.
window.setTimeout(() => window.location.reload(), 5000);
