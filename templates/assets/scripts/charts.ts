/** Charts of coverage: what draws them is fetched when the first one comes into view, for it is large. */

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting || !(entry.target instanceof HTMLElement)) continue;
    const figure = entry.target;
    seen.unobserve(figure);
    void import("./charts-draw.ts").then(({ draw }) => {
      draw(figure);
    });
  }
});
for (const figure of document.querySelectorAll<HTMLElement>("[data-chart]")) seen.observe(figure);
