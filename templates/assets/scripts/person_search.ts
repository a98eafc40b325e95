/** The search in the chooser of persons is posted: what is typed there must not stand in an address. */

interface Settings {
  url: string;
  type?: string;
  data?: string;
  headers?: Record<string, string>;
}

declare global {
  interface Window {
    jQuery?: { ajaxPrefilter(filter: (settings: Settings) => void): void };
    wagtailConfig?: { CSRF_TOKEN: string };
  }
}

const FIND = "/person_chooser/results/";

window.jQuery?.ajaxPrefilter((settings) => {
  if (!settings.url.includes(FIND) || typeof settings.data !== "string") return;
  settings.type = "POST";
  settings.data = settings.data.replace(/(^|&)q=/, "$1search_term=");
  settings.headers = { ...settings.headers, "X-CSRFToken": window.wagtailConfig?.CSRF_TOKEN ?? "" };
});

export {};
