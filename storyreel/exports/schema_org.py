"""Metadata for search engines and social media, for a lesson whose address is known."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urljoin

from storyreel.lesson.manifest import Manifest


@dataclass(frozen=True)
class Addresses:
    """The URLs of a lesson's page, film and poster."""

    page: str
    film: str
    poster: str


def addresses(lesson: Manifest, base_url: str) -> Addresses:
    """The addresses of a lesson whose folder is at `base_url`, which ends with a `/`."""
    return Addresses(
        page=urljoin(base_url, "index.html"),
        film=urljoin(base_url, quote(lesson.files.film)),
        poster=urljoin(base_url, quote(lesson.files.poster)),
    )


def video_object(lesson: Manifest, where: Addresses) -> dict[str, Any]:
    """The lesson as a schema.org VideoObject, with its chapters as parts."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": ["VideoObject", "LearningResource"],
        "name": lesson.title,
        "description": lesson.description or lesson.title,
        "inLanguage": lesson.language,
        "duration": f"PT{lesson.seconds:.3f}S",
        "url": where.page,
        "contentUrl": where.film,
        "thumbnailUrl": where.poster,
        "width": lesson.video.width,
        "height": lesson.video.height,
        "hasPart": [
            {
                "@type": "Clip",
                "name": chapter.title,
                "startOffset": round(chapter.start, 3),
                "endOffset": round(chapter.end, 3),
                "url": f"{where.page}?{urlencode({'t': f'{chapter.start:.2f}'})}",
            }
            for chapter in lesson.chapters
        ],
    }
    if lesson.takeaways:
        data["teaches"] = list(lesson.takeaways)
    return data
