package io.lighter.proxy;

import io.lighter.proxy.ebpf.TurboStatistics;
import io.lighter.proxy.relay.RelayStatistics;
import io.lighter.proxy.udp.UdpStatistics;
import java.util.Map;

/**
 * What a load balancer has counted.
 *
 * @param connections of TCP
 * @param datagrams of UDP, by the names of the services
 * @param turbo of connections that the kernel balances
 */
public record LoadBalancerStatistics(
    RelayStatistics connections, Map<String, UdpStatistics> datagrams, TurboStatistics turbo) {}
