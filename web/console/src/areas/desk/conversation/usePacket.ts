import { useQuery } from "@tanstack/react-query";
import { api } from "../../../api/client";
import type { Packet } from "../../../api/packet";
import { asProblem, type Problem } from "../../../api/problem";

export type PacketState =
  | { name: "loading" }
  | { name: "none" }
  | { name: "failed"; problem: Problem; retry: () => void }
  | { name: "ready"; packet: Packet };

/** The newest context packet. `packets` counts those built so far, so that a new one is read at once. */
export function usePacket(conversation: string, packets: number, isExpected: boolean): PacketState {
  const query = useQuery({
    queryKey: ["packet", conversation, packets],
    queryFn: () => api.packet(conversation),
    enabled: packets > 0 || isExpected,
    staleTime: Number.POSITIVE_INFINITY,
    retry: (count, error) => asProblem(error).code !== "no_packet" && count < 2,
  });
  if (query.data) return { name: "ready", packet: query.data };
  if (query.error) {
    const problem = asProblem(query.error);
    return problem.code === "no_packet"
      ? { name: "none" }
      : { name: "failed", problem, retry: () => void query.refetch() };
  }
  return query.isLoading ? { name: "loading" } : { name: "none" };
}
