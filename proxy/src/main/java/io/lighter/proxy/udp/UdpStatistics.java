package io.lighter.proxy.udp;

/**
 * What has happened at one service since it was there.
 *
 * @param open flows that there are now
 * @param flows that there have been
 * @param received datagrams of clients, the dropped ones among them
 * @param receivedBytes what these have carried
 * @param answered datagrams to clients
 * @param answeredBytes what these have carried
 * @param dropped datagrams that were not passed on: no endpoint, a limit, a queue that was full, a
 *     client who must not
 * @param unreachable how often an endpoint was not there
 */
public record UdpStatistics(
    int open,
    long flows,
    long received,
    long receivedBytes,
    long answered,
    long answeredBytes,
    long dropped,
    long unreachable) {}
