package io.lighter.linux;

import java.net.InetSocketAddress;

/**
 * A socket as the kernel tells of it by {@link SocketDiagnosis}.
 *
 * @param family AF_INET or AF_INET6, of the socket: the addresses of one of IPv6 may be IPv4
 * @param protocol {@link SocketFlags#IPPROTO_TCP} or IPPROTO_UDP
 * @param networkInterface the index of the one that it is bound to, 0 for none
 * @param cookie which no other socket of the machine ever has: SO_COOKIE
 */
public record InetSocket(
    int family,
    int protocol,
    InetSocketAddress local,
    InetSocketAddress remote,
    int networkInterface,
    long cookie) {}
