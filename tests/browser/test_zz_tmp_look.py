from hub.demo.place import Place
from tests.browser import tour
from tests.browser.test_every_page import look
from tests.browser.walk import persona
def test_find(tab_for, things_of):
    wrong=[]
    for name in ("Marijke","Bram"):
        who=persona(name); has=things_of(who.partner); tab=tab_for(who)
        for path in ("/", "/ontvangen", "/privacy", f"/zaken/{has.own}" if has.own else "/", f"/zaken/{has.own}/toestemming" if has.own else "/"):
            tab.open(path); wrong+=look(tab,path)
        for sight in tour.look_for_a_code(tab,has):
            wrong+=look(tab,sight)
    assert not wrong, "\n".join(wrong)
