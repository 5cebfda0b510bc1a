import { Button, PasswordInput, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { api } from "../api/client";
import type { SignedIn } from "../api/contract";
import { asProblem, type Problem } from "../api/problem";
import { Mark } from "../ui/Mark";
import css from "./SignIn.module.css";

function words(problem: Problem, left: number): string {
  switch (problem.code) {
    case "bad_credentials":
      return "The e-mail address or the password is not right. Check both and try again.";
    case "rate_limited":
      return left > 0 ? `Too many attempts. You can try again in ${left} s.` : "You can try again now.";
    default:
      return problem.message;
  }
}

/** Counts the seconds down that the server asked us to wait. */
function useWait(problem: Problem | null): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    setLeft(Math.ceil(problem?.retryAfter ?? 0));
    if (!problem?.retryAfter) return;
    const timer = setInterval(() => setLeft((now) => Math.max(0, now - 1)), 1000);
    return () => clearInterval(timer);
  }, [problem]);
  return left;
}

export function SignIn({ expired, done }: { expired: boolean; done: (answer: SignedIn) => void }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [missing, setMissing] = useState<"email" | "password" | null>(null);
  const email = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const left = useWait(problem);

  useEffect(() => {
    document.title = "Sign in · Warmline";
    email.current?.focus();
  }, []);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const [who, secret] = [email.current?.value.trim() ?? "", password.current?.value ?? ""];
    const empty = who === "" ? "email" : secret === "" ? "password" : null;
    setMissing(empty);
    if (empty !== null) return (empty === "email" ? email : password).current?.focus();
    setBusy(true);
    setProblem(null);
    try {
      done(await api.signIn(who, secret));
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
      password.current?.focus();
      password.current?.select();
    }
  };

  return (
    <main className={css.page}>
      <form className={css.card} onSubmit={(event) => void submit(event)} noValidate>
        <Mark size={36} />
        <h1 className={css.title}>Sign in to Warmline</h1>
        {expired && problem === null && (
          <p className={css.expired}>
            Your session has ended. Sign in to carry on; your drafts are kept on this device.
          </p>
        )}
        <div role="alert" className={css.alert}>
          {problem !== null && <p className={css.problem}>{words(problem, left)}</p>}
        </div>
        <TextInput
          ref={email}
          label="E-mail address"
          type="email"
          name="email"
          autoComplete="username"
          error={missing === "email" ? "Enter your e-mail address." : null}
        />
        <PasswordInput
          ref={password}
          label="Password"
          name="password"
          autoComplete="current-password"
          error={missing === "password" ? "Enter your password." : null}
        />
        <Button type="submit" variant="filled" size="md" loading={busy} disabled={left > 0} fullWidth>
          Sign in
        </Button>
        <p className={css.help}>No account, or the password is lost? An administrator can help you.</p>
      </form>
    </main>
  );
}
