const problem = document.querySelector("#problem");
const linkForm = document.querySelector("#link");
const tokenForm = document.querySelector("#token");
const link = location.hash.slice(1);
// The secret leaves the address, and with it the history.
history.replaceState(undefined, "", location.pathname);
(link === "" ? tokenForm : linkForm).hidden = false;
(link === "" ? tokenForm.querySelector("input") : linkForm.querySelector("button")).focus();

async function signIn(attempt) {
  problem.textContent = "";
  try {
    const response = await fetch("/dashboard/api/sign-in", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(attempt),
    });
    if (response.ok) return location.replace("/dashboard");
    problem.textContent = (await response.json()).error;
  } catch {
    problem.textContent = "Parley can't be reached just now. Please try again.";
  }
}

linkForm.addEventListener("submit", (event) => {
  event.preventDefault();
  void signIn({ link });
});
tokenForm.addEventListener("submit", (event) => {
  event.preventDefault();
  void signIn({ token: tokenForm.querySelector("input").value });
});
