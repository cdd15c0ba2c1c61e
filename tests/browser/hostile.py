"""Sixty texts that try to become more than text: markup, addresses, templates, style, and ways out of an attribute or an element."""

from collections.abc import Iterable

DO = "alert(1)"
PAYLOADS = (
    f"<script>{DO}</script>",
    f"<SCRIPT>{DO}</SCRIPT>",
    "<script src=//localhost/x.js></script>",
    f"<script>{DO}//",
    f"<scr<script>ipt>{DO}</scr</script>ipt>",
    f"</script><script>{DO}</script>",
    f"</title><script>{DO}</script>",
    f"</textarea><script>{DO}</script>",
    f"</style><script>{DO}</script>",
    f"</option></select><script>{DO}</script>",
    f"--><script>{DO}</script><!--",
    f"]]><script>{DO}</script>",
    f"<img src=x onerror={DO}>",
    f'<img src=x onerror="{DO}">',
    f"<img src='x' onerror='{DO}'>",
    f"<img/src=x/onerror={DO}>",
    f"<IMG SRC=x OnErRoR={DO}>",
    f"<img src=x:x onerror\x09=\x09{DO}>",
    "<img src=javascript:alert(1)>",
    "<img src=//localhost/leak>",
    f"<svg onload={DO}>",
    f"<svg/onload={DO}>",
    f"<svg><script>{DO}</script></svg>",
    f"<svg><animate onbegin={DO} attributeName=x dur=1s>",
    f"<math><mi//xlink:href='data:x,<script>{DO}</script>'>",
    f"<body onload={DO}>",
    f"<iframe src='javascript:{DO}'></iframe>",
    f"<iframe srcdoc='<script>{DO}</script>'></iframe>",
    "<object data='javascript:alert(1)'></object>",
    "<embed src='javascript:alert(1)'>",
    f"<details open ontoggle={DO}>x</details>",
    f"<video><source onerror={DO}></video>",
    f"<audio src=x onerror={DO}></audio>",
    f"<input autofocus onfocus={DO}>",
    f"<select autofocus onfocus={DO}>",
    f"<textarea autofocus onfocus={DO}>",
    f"<marquee onstart={DO}>x</marquee>",
    "<form action=//localhost/steal><button>Aanmelden</button></form>",
    "<base href=//localhost/>",
    "<meta http-equiv=refresh content='0;url=//localhost/'>",
    "<link rel=stylesheet href=//localhost/x.css>",
    "<style>*{display:none}</style>",
    "<div style='position:fixed;inset:0;background:red'>x</div>",
    f'" onmouseover="{DO}" x="',
    f"' onmouseover='{DO}' x='",
    f'" autofocus onfocus="{DO}',
    f'"><script>{DO}</script>',
    f"'><script>{DO}</script>",
    f"` onmouseover=`{DO}`",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "{{ 7*7 }}{{ config }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "${7*7}#{7*7}<%= 7*7 %>",
    f"&lt;script&gt;{DO}&lt;/script&gt;",
    f"&#60;script&#62;{DO}&#60;/script&#62;",
    f"%3Cscript%3E{DO}%3C/script%3E",
    f"\\u003cscript\\u003e{DO}\\u003c/script\\u003e",
    f"＜script＞{DO}＜/script＞",
    f"+ADw-script+AD4-{DO}+ADw-/script+AD4-",
    "<a href='javascript:alert(1)' target=_blank>Klik hier</a>",
    "<plaintext>",
    "<!--",
)
COLUMNS = (
    "Zaaknummer;Datum melding;Datum voorval;Gemeente voorval;Online;Discriminatiegrond;Terrein;Aard;Soort;Massamelding;Melder;"
    "Woongemeente;Wens;Ook gemeld bij;Samenvatting voor partners;Wederpartij;Stand;Behandeling;Afgesloten op;Anonimiteit;Leeftijd melder;"
    "Onderzoek;Toestemming politie;Toestemming OM;Toestemming COC;Behandelaar;Interne notities"
)
ROW = {
    "Zaaknummer": "", "Datum voorval": "10-10-2026", "Gemeente voorval": "Assen", "Online": "nee", "Discriminatiegrond": "Ras",
    "Terrein": "Overig", "Aard": "Geweld", "Soort": "Melding", "Massamelding": "nee", "Melder": "Slachtoffer", "Woongemeente": "Onbekend",
    "Wens": "Geen", "Wederpartij": "Anders", "Stand": "In behandeling", "Anonimiteit": "Bekend", "Leeftijd melder": "40",
    "Onderzoek": "Geen", "Toestemming politie": "ja", "Toestemming OM": "nee", "Toestemming COC": "nee",
}  # fmt: skip


def export(rows: Iterable[dict[str, str]]) -> bytes:
    """An export of a bureau with these cells in it, the others as they should be."""
    lines = [";".join(_quoted({**ROW, **row}.get(column, "")) for column in COLUMNS.split(";")) for row in rows]
    return ("\r\n".join([COLUMNS, *lines]) + "\r\n").encode()


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'
