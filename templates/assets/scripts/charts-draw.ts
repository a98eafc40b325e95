/**
 * Charts of coverage on a canvas, in the page's own colours; drawn again when theme, projector or width change. The table
 * beside each says the same in words.
 */
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);

interface Unit {
  name: string;
  required: number;
  inTime: number;
  late: number;
  started: number;
  percent: string;
  url: string;
}

interface Day {
  day: string;
  label: string;
  permille: number | null;
  completed: number;
  required: number;
  percent: string;
}

interface Look {
  ink: string;
  muted: string;
  line: string;
  surface: string;
  accent: string;
  accentLine: string;
  good: string;
  attention: string;
  size: number;
  family: string;
}

/** The page's colours and type as they are now. */
function look(): Look {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ink: colour("--ink"),
    muted: colour("--ink-2"),
    line: colour("--line"),
    surface: colour("--surface"),
    accent: colour("--accent"),
    accentLine: colour("--accent-line"),
    good: colour("--good"),
    attention: colour("--attention"),
    // A root that is larger (a projector's) makes the chart's words larger too.
    size: Math.round(Number.parseFloat(style.fontSize) * 0.875),
    family: getComputedStyle(document.body).fontFamily,
  };
}

function common(now: Look): EChartsCoreOption {
  return {
    animation: false,
    textStyle: { fontFamily: now.family, fontSize: now.size, color: now.ink },
    tooltip: {
      // Drawn on the canvas: markup with styles of its own would break the page's policy.
      renderMode: "richText",
      trigger: "axis",
      confine: true,
      axisPointer: { type: "shadow" },
      backgroundColor: now.surface,
      borderColor: now.line,
      textStyle: { color: now.ink, fontSize: now.size },
    },
  };
}

function bars(units: Unit[], words: DOMStringMap, width: number): EChartsCoreOption {
  const now = look();
  const share = (part: number, unit: Unit): number => (unit.required ? (100 * part) / unit.required : 0);
  const series = [
    { name: words["inTime"], part: (unit: Unit) => unit.inTime, colour: now.good },
    { name: words["late"], part: (unit: Unit) => unit.late, colour: now.attention },
    { name: words["started"], part: (unit: Unit) => unit.started, colour: now.accentLine },
  ];
  return {
    ...common(now),
    legend: { bottom: 0, left: 0, itemGap: 16, textStyle: { color: now.muted, fontSize: now.size } },
    grid: { left: 0, right: 3.5 * now.size, top: 4, bottom: 3 * now.size, containLabel: true },
    xAxis: {
      max: 100,
      interval: 25,
      axisLabel: { formatter: "{value}%", color: now.muted, fontSize: now.size },
      splitLine: { lineStyle: { color: now.line } },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: units.map((unit) => unit.name),
      axisLine: { lineStyle: { color: now.line } },
      axisTick: { show: false },
      axisLabel: { color: now.ink, fontSize: now.size, width: width * 0.34, overflow: "truncate", interval: 0 },
    },
    series: series.map((each, place) => ({
      type: "bar",
      stack: "all",
      name: each.name,
      barMaxWidth: 1.4 * now.size,
      cursor: "pointer",
      itemStyle: { color: each.colour },
      data: units.map((unit) => share(each.part(unit), unit)),
      tooltip: { valueFormatter: (value: unknown) => `${Number(value).toFixed(1)}%` },
      label: {
        show: place === series.length - 1,
        position: "right",
        color: now.ink,
        fontSize: now.size,
        formatter: (shown: { dataIndex: number }) => units[shown.dataIndex]?.percent ?? "",
      },
    })),
  };
}

function line(days: Day[], words: DOMStringMap, width: number): EChartsCoreOption {
  const now = look();
  const due = words["due"];
  const marked = due !== undefined && days.length > 0 && due >= days[0]!.day && due <= days[days.length - 1]!.day;
  return {
    ...common(now),
    tooltip: {
      ...(common(now)["tooltip"] as object),
      axisPointer: { type: "line" },
      formatter: (shown: { dataIndex: number }[]) => {
        const day = days[shown[0]?.dataIndex ?? -1];
        return day ? `${day.label}\n${day.percent}（${day.completed.toLocaleString()} / ${day.required.toLocaleString()}）` : "";
      },
    },
    grid: { left: 0, right: 1.5 * now.size, top: 1.5 * now.size, bottom: 0, containLabel: true },
    xAxis: {
      type: "time",
      splitNumber: Math.max(2, Math.floor(width / (7 * now.size))),
      axisLine: { lineStyle: { color: now.line } },
      axisLabel: { color: now.muted, fontSize: now.size, hideOverlap: true, formatter: "{M}月{d}日" },
    },
    yAxis: {
      max: 100,
      min: 0,
      // The lines of which the caption speaks.
      interval: 50,
      axisLabel: { formatter: "{value}%", color: now.muted, fontSize: now.size },
      splitLine: { lineStyle: { color: now.line } },
    },
    series: [
      {
        type: "line",
        name: words["coverage"],
        showSymbol: false,
        lineStyle: { color: now.accent, width: 2.5 },
        itemStyle: { color: now.accent },
        areaStyle: { color: now.accent, opacity: 0.1 },
        data: days.map((day) => [day.day, day.permille === null ? null : day.permille / 10]),
        ...(marked && {
          markLine: {
            symbol: "none",
            silent: true,
            lineStyle: { color: now.attention, type: "dashed", width: 1.5 },
            // The caption says which day it is.
            label: { show: false },
            data: [{ xAxis: due }],
          },
        }),
      },
    ],
  };
}

/** Draw one chart and keep it in step with the page. */
export function draw(figure: HTMLElement): void {
  const plot = figure.querySelector<HTMLElement>(".chart__plot");
  if (!plot) return;
  const given = JSON.parse(figure.dataset["points"] ?? "[]") as Unit[] & Day[];
  const isBars = figure.dataset["chart"] === "bars";
  // The place shows itself before it is measured.
  figure.dataset["drawn"] = "";
  const chart = init(plot, null, { renderer: "canvas" });
  const show = (): void => {
    chart.setOption(isBars ? bars(given, figure.dataset, plot.clientWidth) : line(given, figure.dataset, plot.clientWidth), true);
  };
  show();
  if (isBars) {
    chart.on("click", (clicked) => {
      const url = given[clicked.dataIndex ?? -1]?.url;
      if (url) location.assign(url);
    });
  }
  new ResizeObserver(() => {
    chart.resize();
    show();
  }).observe(plot);
  new MutationObserver(show).observe(document.documentElement, { attributeFilter: ["data-theme", "data-projector"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
}
