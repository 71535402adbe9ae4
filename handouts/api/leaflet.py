"""One leaflet of a clinic: its text and status, its pages, and the parts that it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from handouts.diagnostics import HandoutsError
from handouts.store import Store

if TYPE_CHECKING:
    from handouts.api.project import Project
    from handouts.build.plan import Task
    from handouts.model.document import Standing, Words
    from handouts.page.personal import Personal


@dataclass(frozen=True)
class Leaflet:
    """A clinic's leaflet, as it was when it was read."""

    _task: Task
    _store: Store

    @property
    def words(self) -> Words:
        """Its text, with the clinic's name and number filled in."""
        return self._task.document

    @property
    def standing(self) -> Standing:
        """Its approval status, sign-offs and review."""
        return self._task.document.standing

    @property
    def code(self) -> str:
        """The code printed on its last page, which ``verify`` accepts."""
        return self._task.document.code

    def html(self, personal: Personal | None = None) -> str:
        """The leaflet as one self-contained HTML page. Needs no PDF engine."""
        from handouts.limits import apart
        from handouts.page.compose import compose
        from handouts.page.marks import marked_html

        task = self._task
        arguments = (task.document, task.layers, personal, self._store)
        stage = "composing the page"
        page = apart(compose, *arguments, stage=stage) if task.limited else compose(*arguments)
        return marked_html(page)

    def pdf(self, personal: Personal | None = None) -> bytes:
        """The finished PDF, with the same bytes as ``handouts build`` writes."""
        from handouts.build.run import render

        task = self._task
        where = (task.document, task.layers, task.limited)
        files, faults = render(*where, ("pdf",), personal, self._store)
        if faults:
            raise HandoutsError(*faults)
        return files[0].data


def leaflet_parts(project: Project, name: str, language: str) -> dict[str, Any]:
    """A leaflet's sections with their blocks and the places of these."""
    from handouts.content.translated_leaflet import in_language
    from handouts.model.text import texts_in

    catalogue = in_language(project.catalogue((name,)), name, language)
    leaflet = catalogue.leaflets.read[name]
    sections: dict[str, dict[str, Any]] = {
        section.id: {"id": section.id, "heading": section.heading.plain, "blocks": []}
        for section in leaflet.model.sections
    }
    for section, block, path in catalogue.blocks_of(leaflet):
        sections[section]["blocks"].append(
            {
                "type": block.model.type,
                "id": block.model.id,
                "place": block.place_of(*path),
                "words": [text.plain for text, _ in texts_in(block.model)],
            }
        )
    return {
        "aim": leaflet.model.aim.plain,
        "place": leaflet.place_of(),
        "sections": list(sections.values()),
    }
