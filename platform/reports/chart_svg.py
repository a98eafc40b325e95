"""A line of coverage drawn on the server as an SVG for a sheet of paper. It holds no text: the sheet sets the words."""

from reports.trend import HEIGHT, WIDTH, Trend

_GRID, _LINE, _DUE, _FILL = "#d9d3c4", "#1f5066", "#a8641f", "#1f506618"
# Room for the thickness of the lines at the edges.
_EDGE = 3


def drawn(trend: Trend) -> str:
    """The picture; empty where there is no line to draw."""
    if len(trend.points) < 2 or not trend.line:
        return ""
    parts = [
        f'<line x1="0" x2="{WIDTH}" y1="{y}" y2="{y}" stroke="{_GRID}" stroke-width="1"/>'
        for y in (0, HEIGHT // 2, HEIGHT)
    ]
    if trend.due_x is not None:
        parts.append(
            f'<line x1="{trend.due_x}" x2="{trend.due_x}" y1="0" y2="{HEIGHT}" '
            f'stroke="{_DUE}" stroke-width="1.5" stroke-dasharray="6 4"/>'
        )
    first, last = trend.line.split(" ")[0].split(",")[0], trend.line.split(" ")[-1].split(",")[0]
    parts.append(f'<polygon points="{first},{HEIGHT} {trend.line} {last},{HEIGHT}" fill="{_FILL}"/>')
    parts.append(
        f'<polyline points="{trend.line}" fill="none" stroke="{_LINE}" stroke-width="2.5" stroke-linejoin="round"/>'
    )
    box = f"{-_EDGE} {-_EDGE} {WIDTH + 2 * _EDGE} {HEIGHT + 2 * _EDGE}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{"".join(parts)}</svg>'
