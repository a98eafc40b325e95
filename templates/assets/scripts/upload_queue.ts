/** Sends dropped or chosen files one after another, each as the raw body of a request, and tells how far it is. */

type Words = Record<string, string>;
interface Refusal {
  code: string;
  message: string;
}

class Row {
  readonly element: HTMLElement;
  private request: XMLHttpRequest | null = null;

  constructor(
    readonly file: File,
    template: HTMLTemplateElement,
    private readonly words: Words,
    onRetry: (row: Row) => void,
  ) {
    const copy = template.content.cloneNode(true) as DocumentFragment;
    this.element = copy.firstElementChild as HTMLElement;
    this.part("name").textContent = file.name;
    this.part("size").textContent = readableSize(file.size);
    this.say("waiting");
    this.part("cancel").addEventListener("click", () => this.request?.abort());
    this.part("retry").addEventListener("click", () => onRetry(this));
  }

  part(name: string): HTMLElement {
    return this.element.querySelector<HTMLElement>(`[data-${name}]`)!;
  }

  say(word: string): void {
    this.part("state").textContent = this.words[word] ?? word;
  }

  refuse(message: string, mayRetry: boolean): void {
    this.element.dataset["outcome"] = "refused";
    this.part("state").textContent = message;
    this.part("bar").hidden = true;
    this.part("cancel").hidden = true;
    this.part("retry").hidden = !mayRetry;
  }

  /** Resolves to the new recording's page, or to null when the file was refused or the transfer broke off. */
  send(url: string, csrfToken: string): Promise<string | null> {
    delete this.element.dataset["outcome"];
    const bar = this.part("bar") as HTMLProgressElement;
    bar.hidden = false;
    this.part("retry").hidden = true;
    this.part("cancel").hidden = false;
    return new Promise((resolve) => {
      const request = (this.request = new XMLHttpRequest());
      request.upload.addEventListener("progress", (event) => {
        const share = Math.floor((100 * event.loaded) / Math.max(1, event.total));
        bar.value = share;
        this.part("state").textContent = `${share}% · ${readableSize(event.loaded)}`;
      });
      request.upload.addEventListener("load", () => {
        bar.removeAttribute("value");
        this.say("checking");
      });
      request.addEventListener("load", () => resolve(this.answered(request)));
      request.addEventListener("error", () => resolve(this.broken("interrupted")));
      request.addEventListener("abort", () => resolve(this.broken("cancelled")));
      request.open("POST", `${url}?${new URLSearchParams({ name: this.file.name })}`);
      request.setRequestHeader("X-CSRFToken", csrfToken);
      request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.send(this.file);
    });
  }

  private broken(word: string): null {
    this.refuse(this.words[word] ?? "", true);
    return null;
  }

  private answered(request: XMLHttpRequest): string | null {
    this.part("cancel").hidden = true;
    const answer = parsed(request.responseText);
    if (request.status === 201 && answer && "url" in answer) {
      this.element.dataset["outcome"] = "done";
      (this.part("bar") as HTMLProgressElement).value = 100;
      this.say("done");
      const open = this.part("open") as HTMLAnchorElement;
      open.href = answer.url;
      open.hidden = false;
      return answer.url;
    }
    const signedOut = request.status === 403 || request.responseURL.includes("/login/");
    if (answer && "message" in answer) this.refuse(answer.message, answer.code === "incomplete");
    else this.broken(signedOut ? "signed_out" : request.status === 413 ? "too_large" : "internal");
    return null;
  }
}

function parsed(text: string): Refusal | { url: string } | null {
  try {
    return JSON.parse(text) as Refusal | { url: string };
  } catch {
    return null;
  }
}

function readableSize(bytes: number): string {
  const units = ["B", "KB", "MB", "GB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${(bytes / 1024 ** power).toFixed(power > 1 ? 1 : 0)} ${units[power]}`;
}

/** Why a file need not be sent at all: the server would refuse it for the same reason. */
function refusalOf(file: File, endings: Set<string>, maxBytes: number): string | null {
  const ending = file.name.includes(".") ? file.name.split(".").pop()!.toLowerCase() : "";
  if (!endings.has(ending)) return "extension";
  if (file.size === 0) return "empty";
  return file.size > maxBytes ? "too_large" : null;
}

function watchZone(zone: HTMLElement, onFiles: (files: FileList) => void): void {
  for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => event.preventDefault());
  zone.addEventListener("dragover", () => zone.classList.add("is-over"));
  for (const name of ["dragleave", "drop", "dragend"]) {
    zone.addEventListener(name, () => zone.classList.remove("is-over"));
  }
  zone.addEventListener("drop", (event) => event.dataTransfer && onFiles(event.dataTransfer.files));
}

/** Make the upload page work; elsewhere this does nothing. */
export function watchUploads(): void {
  const root = document.querySelector<HTMLElement>("[data-upload-url]");
  if (!root) return;
  const words = JSON.parse(document.getElementById("upload-words")!.textContent!) as Words;
  const template = document.getElementById("upload-row") as HTMLTemplateElement;
  const list = root.querySelector<HTMLElement>("[data-upload-list]")!;
  const input = root.querySelector<HTMLInputElement>("[data-upload-input]")!;
  const csrfToken = root.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")!.value;
  const { uploadUrl, maxBytes, endings } = root.dataset;
  const known = new Set(endings!.split(" "));
  const waiting: Row[] = [];
  let isSending = false;

  async function sendAll(): Promise<void> {
    if (isSending) return;
    isSending = true;
    let last: string | null = null;
    let sent = 0;
    for (let row = waiting.shift(); row; row = waiting.shift()) {
      last = await row.send(uploadUrl!, csrfToken);
      sent += 1;
    }
    isSending = false;
    // A single file: go on where its packaging can be watched.
    if (sent === 1 && last && list.children.length === 1) location.assign(last);
  }

  function add(files: FileList): void {
    for (const file of files) {
      const row = new Row(file, template, words, (again) => {
        waiting.push(again);
        void sendAll();
      });
      list.append(row.element);
      const refusal = refusalOf(file, known, Number(maxBytes));
      if (refusal) row.refuse(words[refusal] ?? "", false);
      else waiting.push(row);
    }
    void sendAll();
  }

  watchZone(root.querySelector<HTMLElement>("[data-upload-zone]")!, add);
  input.addEventListener("change", () => {
    if (input.files) add(input.files);
    input.value = "";
  });
  window.addEventListener("beforeunload", (event) => {
    if (isSending) event.preventDefault();
  });
}
