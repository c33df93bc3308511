"""The storyboard's `language:`, checked against the registry of language codes (BCP 47)."""

from storyreel.core.did_you_mean import listed, nearest
from storyreel.core.number_format import MARKS
from storyreel.reader.document import Document, Location

_KNOWN = ("en", "en-us", "en-gb")  # these need no registry, which takes 0.1 s to load


def check_language(document: Document, location: Location, tag: str, has_numbers: bool) -> None:
    """Report the language code `tag`, which has the form of one, if no language has it.

    For a lesson that has numbers, also if it is not known how they are written and said in that language.
    """
    if tag.lower() in _KNOWN:
        return
    from langcodes import tag_is_valid

    if tag_is_valid(tag):
        if has_numbers and tag.partition("-")[0].lower() not in MARKS:
            known = "how numbers are written and said in `{}` is not known; it is in {}"
            document.report(document.place(location), known.format(tag, listed(sorted(MARKS))))
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
