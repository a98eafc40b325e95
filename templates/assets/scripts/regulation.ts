/** A regulation's form in Wagtail's admin: the document's text field becomes an editor that marks what is wrong. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, defaultHighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, linter } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";

interface Problem {
  line: number;
  text: string;
}

interface Answer {
  problems: Problem[];
  title: string;
}

const PAUSE_MS = 500;

function words(tools: HTMLElement): { state: HTMLElement | null; good: string; bad: string; line: string } {
  const state = tools.querySelector<HTMLElement>("[data-regulation-state]");
  return { state, good: state?.dataset.good ?? "", bad: state?.dataset.bad ?? "", line: state?.dataset.line ?? "" };
}

const token = (): string =>
  document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";

/** Ask the server what is wrong; nothing where it cannot be asked. */
async function check(url: string, text: string): Promise<Answer | null> {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "X-CSRFToken": token(), Accept: "application/json" },
      body: new URLSearchParams({ document: text }),
    });
    return answer.ok ? ((await answer.json()) as Answer) : null;
  } catch {
    return null;
  }
}

/** Say above the editor what the server found; each line leads to its place. */
function tell(tools: HTMLElement, view: EditorView, found: Answer): void {
  const { state, good, bad, line } = words(tools);
  if (!state) return;
  state.dataset.state = found.problems.length ? "bad" : "good";
  state.replaceChildren(document.createTextNode(found.problems.length ? bad : good));
  const list = document.createElement("ul");
  for (const problem of found.problems.slice(0, 10)) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = line.replace("{n}", String(problem.line));
    button.addEventListener("click", () => goTo(view, problem.line));
    item.append(button, ` ${problem.text}`);
    list.append(item);
  }
  if (found.problems.length) state.append(list);
}

function goTo(view: EditorView, line: number): void {
  const place = view.state.doc.line(Math.min(line, view.state.doc.lines));
  view.dispatch({ selection: { anchor: place.from }, effects: EditorView.scrollIntoView(place.from, { y: "center" }) });
  view.focus();
}

function diagnostics(view: EditorView, problems: Problem[]): Diagnostic[] {
  return problems.map((problem) => {
    const place = view.state.doc.line(Math.min(Math.max(1, problem.line), view.state.doc.lines));
    return { from: place.from, to: place.to, severity: "error", message: problem.text };
  });
}

function edit(field: HTMLTextAreaElement, tools: HTMLElement): EditorView {
  const label = document.querySelector<HTMLLabelElement>(`label[for="${field.id}"]`);
  const url = tools.dataset.checkUrl ?? "";
  const view = new EditorView({
    state: EditorState.create({
      doc: field.value,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        bracketMatching(),
        indentUnit.of("  "),
        yaml(),
        syntaxHighlighting(defaultHighlightStyle),
        lintGutter(),
        linter(
          async (current) => {
            const found = await check(url, current.state.doc.toString());
            if (!found) return [];
            tell(tools, current, found);
            return diagnostics(current, found.problems);
          },
          { delay: PAUSE_MS },
        ),
        // Escape, then Tab leaves the editor: CodeMirror's own way out for who has no mouse.
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label?.textContent?.trim() ?? field.name }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          field.value = update.state.doc.toString();
          // Wagtail looks at the field for unsaved changes.
          field.dispatchEvent(new Event("input", { bubbles: true }));
        }),
      ],
    }),
  });
  view.dom.classList.add("regulation-editor");
  field.after(view.dom);
  field.hidden = true;
  return view;
}

function offerExamples(tools: HTMLElement, view: EditorView): void {
  const choice = tools.querySelector<HTMLSelectElement>("[data-regulation-example]");
  choice?.addEventListener("change", async () => {
    const id = choice.value;
    choice.value = "";
    const isEmpty = view.state.doc.toString().trim() === "";
    if (!id || (!isEmpty && !window.confirm(tools.dataset.replaceQuestion))) return;
    const answer = await fetch((tools.dataset.exampleUrl ?? "").replace("EXAMPLE", id));
    if (!answer.ok) return;
    const text = await answer.text();
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  });
}

document.addEventListener("DOMContentLoaded", () => {
  const tools = document.querySelector<HTMLElement>("[data-regulation-tools]");
  const field = document.querySelector<HTMLTextAreaElement>("textarea[name=document]");
  if (!tools || !field) return;
  offerExamples(tools, edit(field, tools));
});
