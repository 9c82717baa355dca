"""The page with its form filled in: every kind of box, and nothing of the page but that."""

import pytest

from accord_portal.staff.refilling import refill

PAGE = """<!DOCTYPE html>
<html><head><title>A &amp; B</title></head><body><!-- said -->
<form method="get" action="/do/"><input name="q"></form>
<details><summary>Note</summary>
<form method="post" action="/do/">
<input type="hidden" name="csrfmiddlewaretoken" value="new"><input type="hidden" name="seen" value="2">
<input name="title" value="old"><input type="checkbox" name="tick" value="a" checked>
<input type="checkbox" name="tick" value="b"><input type="radio" name="one" value="1" checked>
<input type="radio" name="one" value="2"><input type="file" name="file">
<select name="who"><option value="">–</option><option value="7">Ana &lt;3</option></select>
<textarea name="text" rows="3">
old &amp; worn</textarea><input name="off" value="stays" disabled>
<button name="press" value="yes" formaction="/other/">Send</button>
</form></details><p>After &eacute; &#233;</p></body></html>"""
TYPED = {
    "csrfmiddlewaretoken": ["old"],
    "seen": ["1"],
    "title": ['a "quoted" <title>'],
    "tick": ["b"],
    "one": ["2"],
    "who": ["7"],
    "text": ["a\n</textarea><script>b & c"],
    "off": [""],
}


def filled(page: str = PAGE, action: str = "/do/", **fields: list[str]) -> str | None:
    said = fields or TYPED
    return refill(page, page="/page/", action=action, fields=said, above="<p>above</p>", within="<i>in</i>")


def test_each_kind_of_box_holds_what_was_typed_and_the_rest_is_as_it_was() -> None:
    assert filled() == (
        PAGE.replace("<details>", "<details open>")
        .replace(
            '<form method="post" action="/do/">', '<p>above</p><form method="post" action="/do/"><i>in</i>'
        )
        .replace('name="seen" value="2"', 'name="seen" value="1"')
        .replace('name="title" value="old"', 'name="title" value="a &quot;quoted&quot; &lt;title&gt;"')
        .replace('value="a" checked', 'value="a"')
        .replace('name="tick" value="b"', 'name="tick" value="b" checked')
        .replace('value="1" checked', 'value="1"')
        .replace('name="one" value="2"', 'name="one" value="2" checked')
        .replace('<option value="7">', '<option value="7" selected>')
        .replace("\nold &amp; worn<", "\na\n&lt;/textarea&gt;&lt;script&gt;b &amp; c<")
    )


def test_a_form_that_one_of_its_buttons_sends_elsewhere_keeps_its_own_address() -> None:
    page = filled(action="/other/", title=["mine"])
    assert page is not None
    assert '<form method="post" action="/do/"><i>in</i>' in page


def test_a_form_without_an_address_posts_to_its_page() -> None:
    page = filled(PAGE.replace(' action="/do/"', ""), "/page/", title=["mine"])
    assert page is not None
    assert '<form method="post" action="/page/">' in page


def test_an_address_is_the_same_however_its_query_is_written() -> None:
    page = PAGE.replace('"/do/"', '"/do/?desk=a%20b"')
    assert filled(page, "/do/?desk=a+b") is not None


@pytest.mark.parametrize("gone", [{"elsewhere": ["words"]}, {"text": ["words"], "more": ["words"]}])
def test_words_without_a_box_are_not_lost_in_a_form_that_has_none_for_them(
    gone: dict[str, list[str]],
) -> None:
    assert filled(**gone) is None
    assert filled(text=["words"], more=[""]) is not None


def test_a_page_without_the_form_is_no_page_for_it() -> None:
    assert filled(action="/none/") is None


def test_of_forms_alike_the_one_with_the_same_hidden_fields_is_filled_in() -> None:
    one = (
        '<form method="post" action="/do/"><input type="hidden" name="key" value="{}">'
        '<input name="title"></form>'
    )
    page = filled(one.format(1) + one.format(2), key=["2"], title=["mine"])
    assert page is not None
    before, after = page.split("<p>above</p>")
    assert ("mine" in before, 'value="mine"' in after) == (False, True)


def test_boxes_of_one_name_are_filled_in_in_their_order() -> None:
    page = filled('<form method="post"><input name="a"><input name="a"></form>', "/page/", a=["x", "y"])
    assert page is not None
    assert page.index('value="x"') < page.index('value="y"')
