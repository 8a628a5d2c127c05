/** A program that only uses the component. */
import * as pulumi from "@pulumi/pulumi";
import { WebApp } from "./web-app";

const shop = new WebApp("shop", { databaseUrl: new pulumi.Config().getSecret("databaseUrl") });

export const url = shop.url;
