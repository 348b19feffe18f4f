/**
 * Speaking to CRIU, the program that writes processes down and makes them again: its requests, its
 * answers, its folder of images. What a container is does not belong here.
 *
 * <p>The protocol is that of {@code criu swrk}, messages of protobuf over a Unix socket: <a
 * href="https://criu.org/RPC">criu.org/RPC</a>, {@code images/rpc.proto} of CRIU 3.17 to 4.1.
 */
@NullMarked
package io.lighter.runtime.criu;

import org.jspecify.annotations.NullMarked;
