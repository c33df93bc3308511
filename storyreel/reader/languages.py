"""The storyboard's `language:`, checked against the registry of language codes (BCP 47)."""

from storyreel.core.did_you_mean import nearest
from storyreel.reader.document import Document, Location

_KNOWN = ("en", "en-us", "en-gb")  # these need no registry, which takes 0.1 s to load


def check_language(document: Document, location: Location, tag: str) -> None:
    """Report the language code `tag`, which has the form of one, if no language has it."""
    if tag.lower() in _KNOWN:
        return
    from langcodes import tag_is_valid

    if tag_is_valid(tag):
        return
    code = tag.partition("-")[0]
    meant = code if tag_is_valid(code) else _language_meant(code)
    hint = f"did you mean `{meant}`?" if meant else "write a code such as en, de or pt-br"
    document.report(document.place(location), f"no language has the code `{tag}`; {hint}")


def _language_meant(code: str) -> str | None:
    """The language of the country that has this code (`ja` for `jp`), or a code that is spelt alike."""
    from langcodes.data_dicts import LIKELY_SUBTAGS
    from langcodes.language_lists import CLDR_LANGUAGES

    of_country: str | None = LIKELY_SUBTAGS.get(f"und-{code.upper()}")
    return of_country.partition("-")[0] if of_country else nearest(code, CLDR_LANGUAGES)
