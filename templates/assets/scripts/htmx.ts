/** How htmx behaves here: Django's CSRF header on each request, and a plain word when the server fails. */
import htmx from "htmx.org";
import { toast } from "./toasts";

interface RequestContext {
  request: { headers: Record<string, string>; method: string };
  response?: { status: number };
}

function isSafe(method: string): boolean {
  return ["GET", "HEAD", "OPTIONS"].includes(method.toUpperCase());
}

/** Connect htmx to the page; `onContent` is called with each element whose content was swapped. */
export function configureHtmx(onContent: (added: ParentNode) => void): void {
  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = (event as CustomEvent<{ ctx: RequestContext }>).detail;
    const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content;
    if (token && !isSafe(ctx.request.method)) ctx.request.headers["X-CSRFToken"] = token;
  });
  document.addEventListener("htmx:after:swap", (event) => {
    onContent(event.target instanceof Element ? event.target : document);
  });
  for (const name of ["htmx:error", "htmx:response:error"]) {
    document.addEventListener(name, () => {
      const text = document.body.dataset["failureText"];
      if (text) toast({ text });
    });
  }
}

export default htmx;
