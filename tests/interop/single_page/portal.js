// A portal without a server: oidc-client-ts signs in by a redirect and renews by itself.
const settings = await (await fetch("/settings.json")).json();
const manager = new oidc.UserManager(settings);
const seen = { renewals: 0, problems: [] };
manager.events.addUserLoaded(() => {
  seen.renewals += 1;
  // Once is enough.
  manager.stopSilentRenew();
});
manager.events.addSilentRenewError((error) => {
  seen.problems.push(error.error ?? error.message);
  manager.stopSilentRenew();
});
if (location.pathname === "/callback") {
  // In the hidden frame this hands the answer to the page above.
  seen.first = await manager.signinCallback();
  seen.renewals = 0;
  manager.startSilentRenew();
}
Object.assign(window, { manager, seen, ready: true });
