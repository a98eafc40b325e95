/** Tables for those who do not see them: roles where CSS turns rows into cards, focus where they scroll. */

function setRole(table: HTMLTableElement, selector: string, role: string): void {
  for (const element of table.querySelectorAll(selector)) element.setAttribute("role", role);
}

/** Restore the roles that `display: block` takes away, and let the keyboard reach what scrolls sideways. */
export function describeTables(root: ParentNode): void {
  for (const table of root.querySelectorAll<HTMLTableElement>("table.table--stack")) {
    table.setAttribute("role", "table");
    setRole(table, "thead, tbody, tfoot", "rowgroup");
    setRole(table, "tr", "row");
    setRole(table, "thead th", "columnheader");
    setRole(table, "tbody th, tfoot th", "rowheader");
    setRole(table, "td", "cell");
  }
  for (const box of root.querySelectorAll<HTMLElement>(".table-scroll")) {
    if (box.scrollWidth <= box.clientWidth) continue;
    box.tabIndex = 0;
    const caption = box.querySelector("caption")?.textContent?.trim();
    if (caption) {
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", caption);
    }
  }
}
