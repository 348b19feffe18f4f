package io.lighter.linux;

/**
 * Who connected to a Unix socket, as it was at that moment.
 *
 * @param pid the process in this process' pid namespace, 0 when it is in none of its own
 * @param uid its effective user, 0 to 2^32-1
 * @param gid its effective group, 0 to 2^32-1
 */
public record PeerCredentials(int pid, long uid, long gid) {}
