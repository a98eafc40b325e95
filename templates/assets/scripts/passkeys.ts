/** Passkeys: what the server asks goes to the browser's own dialogue, and its answer back in the form. */

type Json = Record<string, unknown>;

function bytes(text: string): ArrayBuffer {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (each) => each.charCodeAt(0)).buffer;
}

function text(buffer: ArrayBuffer | null): string | undefined {
  if (!buffer) return undefined;
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function descriptors(list: unknown): PublicKeyCredentialDescriptor[] {
  return ((list ?? []) as { id: string; type: "public-key" }[]).map((each) => ({ ...each, id: bytes(each.id) }));
}

async function create(options: Json): Promise<Json> {
  const asked = options["publicKey"] as Json & { user: Json & { id: string }; challenge: string };
  const made = (await navigator.credentials.create({
    publicKey: {
      ...(asked as object),
      challenge: bytes(asked.challenge),
      user: { ...asked.user, id: bytes(asked.user.id) },
      excludeCredentials: descriptors(asked["excludeCredentials"]),
      // Without a name typed first, the device must know whom the key is for, and ask for its lock.
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
    } as unknown as PublicKeyCredentialCreationOptions,
  })) as PublicKeyCredential | null;
  if (!made) throw new Error("no passkey was made");
  const response = made.response as AuthenticatorAttestationResponse;
  return answer(made, {
    attestationObject: text(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  });
}

async function get(options: Json): Promise<Json> {
  const asked = options["publicKey"] as Json & { challenge: string };
  const found = (await navigator.credentials.get({
    publicKey: {
      ...(asked as object),
      challenge: bytes(asked.challenge),
      allowCredentials: descriptors(asked["allowCredentials"]),
    } as PublicKeyCredentialRequestOptions,
  })) as PublicKeyCredential | null;
  if (!found) throw new Error("no passkey was chosen");
  const response = found.response as AuthenticatorAssertionResponse;
  return answer(found, {
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
    userHandle: text(response.userHandle),
  });
}

function answer(credential: PublicKeyCredential, response: Json): Json {
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: { ...response, clientDataJSON: text(credential.response.clientDataJSON) },
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

/** What the server asks: beside the form, or fetched at its address when the button is pressed. */
async function optionsOf(form: HTMLFormElement): Promise<Json> {
  const beside = form.querySelector("#passkey-options")?.textContent;
  if (beside) {
    const data = JSON.parse(beside) as Json;
    return (data["creation_options"] ?? data["request_options"]) as Json;
  }
  const response = await fetch(form.action, {
    headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
  });
  if (!response.ok) throw new Error(`asked for a passkey: ${response.status}`);
  return ((await response.json()) as Json)["request_options"] as Json;
}

function watch(form: HTMLFormElement, ceremony: (options: Json) => Promise<Json>): void {
  const failed = form.querySelector<HTMLElement>("[data-passkey-failed]");
  const field = form.querySelector<HTMLInputElement>("[name=credential]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void (async () => {
      try {
        if (failed) failed.hidden = true;
        if (field) field.value = JSON.stringify(await ceremony(await optionsOf(form)));
        form.submit();
      } catch {
        // Cancelled, timed out, or no passkey on this device: the browser says no more than that.
        if (failed) failed.hidden = false;
      }
    })();
  });
}

if ("PublicKeyCredential" in window && navigator.credentials) {
  for (const each of document.querySelectorAll<HTMLElement>("[data-passkeys]")) each.hidden = false;
  for (const each of document.querySelectorAll<HTMLElement>("[data-no-passkeys]")) each.hidden = true;
  for (const form of document.querySelectorAll<HTMLFormElement>("[data-passkey-create]")) watch(form, create);
  for (const form of document.querySelectorAll<HTMLFormElement>("[data-passkey-get]")) watch(form, get);
}

export {};
