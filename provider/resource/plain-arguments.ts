/** Turns the arguments into inputs that can cross to the provider, and marks what must not be shown on the way. */
import * as pulumi from "@pulumi/pulumi";
import type { CamposAppArgs } from "./args";
import { crossable } from "./crossable";
import { plainSource } from "./source-argument";

/** The arguments as inputs of either kind of resource. */
export function plainArguments(args: CamposAppArgs): pulumi.Inputs {
  const inputs = Object.entries(args).map(([name, value]) => [name, crossable(value)] as const);
  return {
    ...Object.fromEntries(inputs),
    source: plainSource(args.source),
    environmentVariables: secretVariables(args.environmentVariables),
  };
}

/** `environmentVariables` as a secret, whatever shape it has: a mistake must not show a value. */
function secretVariables(variables: unknown): pulumi.Input<unknown> {
  if (variables === undefined || variables === null) return undefined;
  if (pulumi.Output.isInstance(variables) || variables instanceof Promise) {
    const output: pulumi.Output<unknown> = pulumi.output(variables as Promise<unknown>);
    return pulumi.secret(output.apply(crossable));
  }
  if (crossable(variables) !== variables) return crossable(variables);
  if (typeof variables !== "object" || Array.isArray(variables)) return pulumi.secret(variables);
  // Each value by itself, so that a preview shows which variable changes, if not how.
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, pulumi.secret(crossable(value))]),
  );
}

/**
 * Names of the arguments that the program has marked as secret. The engine tells a provider nothing of such marks, and what
 * derives from a secret must be one too.
 */
export function secretArguments(args: CamposAppArgs): pulumi.Output<string[]> | undefined {
  const candidates = Object.entries(args).filter(
    ([name, value]) => name !== "environmentVariables" && typeof value === "object" && value !== null,
  );
  if (candidates.length === 0) return undefined;
  const names = candidates.map(async ([name, value]) => ((await isSecret(value)) ? [name] : []));
  return pulumi.output(Promise.all(names).then((each) => each.flat()));
}

// A value that comes to nothing fails elsewhere, where the program learns why.
function isSecret(value: unknown): Promise<boolean> {
  return pulumi.isSecret(pulumi.output(value)).catch(() => true);
}
