// A program of somebody else, as its author would write it with types generated from our description: it finds a service and
// a centre, and records an act for a client. It is compiled against the types of today and run against the program under test.
import createClient from "openapi-fetch";
import type { components, paths } from "./description.js";

type Kind = components["schemas"]["WhatBody"]["kind"];
type Visit = components["schemas"]["VisitBody"];

/** What one run did. */
export interface Done {
  service: string;
  centres: number;
  visit: Visit["state"];
  acts: Kind[];
  refused: string;
}

/** Serves one client at the desk of the token. */
export async function serve(address: string, token: string, key: string): Promise<Done> {
  const { GET, POST } = createClient<paths>({ baseUrl: `${address}/api/v1`, headers: { Authorization: `Bearer ${token}` } });

  const { data: found } = await GET("/services", { params: { query: { q: "malka", lang: "lv", limit: 3 } } });
  const service = found?.items[0];
  if (!service) {
    throw new Error("no service is found");
  }
  const { data: near } = await GET("/centres", { params: { query: { service: service.code, lat: 57.3, lon: 25.3 } } });

  const opened = await POST("/visits", { params: { header: { "Idempotency-Key": `${key}-open` } }, body: { channel: "telephone" } });
  if (!opened.data) {
    throw new Error(opened.error.title);
  }
  const path = { visit: opened.data.id };
  const kind: Kind = "consultation";
  await POST("/visits/{visit}/acts", {
    params: { path, header: { "Idempotency-Key": `${key}-act` } },
    body: { kind, service: service.code },
  });
  const refused = await POST("/visits/{visit}/acts", { params: { path }, body: { kind: "eservice_help", service: service.code } });
  const closed = await POST("/visits/{visit}/close", { params: { path, header: { "Idempotency-Key": `${key}-close` } } });
  const { data: visit } = await GET("/visits/{visit}", { params: { path } });
  if (!visit || !closed.data) {
    throw new Error("the visit is not there any more");
  }
  return {
    service: service.code,
    centres: near?.items.length ?? 0,
    visit: visit.state,
    acts: visit.acts.map((act) => act.kind),
    refused: refused.error?.errors?.[0]?.field ?? "",
  };
}
