/**
 * What is balanced: services with the addresses where clients come and the endpoints where they go.
 * Plain values, the same for both tiers; nothing here opens a socket, reads a file or knows
 * Kubernetes.
 */
@NullMarked
package io.lighter.proxy.service;

import org.jspecify.annotations.NullMarked;
