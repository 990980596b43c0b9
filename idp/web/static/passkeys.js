// Passkeys: a form with options from us, an answer of the person's device, and a button between them.
"use strict";
{
  // A challenge is good for five minutes: an offer that waits is made anew before.
  const RENEW = 240000;

  const octets = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

  const ask = async (address) => {
    const reply = await fetch(address);
    // A newer sign-in is asked for first; it leads back to this page.
    if (reply.redirected) location.assign(location.pathname);
    if (!reply.ok || reply.redirected) throw new Error("No options.");
    const options = await reply.json();
    options.challenge = octets(options.challenge);
    if (options.user) options.user.id = octets(options.user.id);
    for (const each of [...(options.excludeCredentials ?? []), ...(options.allowCredentials ?? [])]) {
      each.id = octets(each.id);
    }
    return options;
  };

  const answer = ({ id, rawId, type, response }) => ({
    id,
    rawId: text(rawId),
    type,
    response: Object.fromEntries(
      ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]
        .filter((name) => response[name])
        .map((name) => [name, text(response[name])])
        .concat(response.getTransports ? [["transports", response.getTransports()]] : []),
    ),
  });

  const form = document.querySelector("form.tx-passkey");
  const offer = form && "PublicKeyCredential" in window ? form : null;
  if (form && !offer) form.hidden = true;

  if (offer) {
    const creates = "create" in offer.dataset;
    const button = offer.querySelector("button");
    const status = offer.querySelector("[role=status]");
    let waiting = null;

    const send = (credential) => {
      offer.elements.credential.value = JSON.stringify(answer(credential));
      offer.submit();
    };

    const run = async (mediation) => {
      waiting?.abort();
      const mine = (waiting = new AbortController());
      const publicKey = await ask(offer.dataset.options);
      if (mine.signal.aborted) return;
      const wanted = { publicKey, signal: mine.signal };
      const credential = creates
        ? await navigator.credentials.create(wanted)
        : await navigator.credentials.get({ ...wanted, ...(mediation && { mediation }) });
      if (credential) send(credential);
    };

    button.addEventListener("click", async () => {
      button.disabled = true;
      status.textContent = "";
      const fault = await run().catch((error) => error);
      button.disabled = false;
      if (!fault) return;
      const { failed, known } = offer.dataset;
      status.textContent = fault.name === "InvalidStateError" && known ? known : failed;
      wait();
    });

    // The browser offers passkeys where the name is typed, if it can.
    const isOffered = !creates && document.querySelector("[autocomplete~=webauthn]");
    const wait = async () => {
      if (!isOffered || button.disabled) return;
      if (!(await PublicKeyCredential.isConditionalMediationAvailable?.()) || button.disabled) return;
      run("conditional").catch(() => {});
    };
    wait();
    setInterval(wait, RENEW);
  }
}
