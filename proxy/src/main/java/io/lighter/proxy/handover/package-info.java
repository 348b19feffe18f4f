/**
 * How a process hands its listening sockets to the one that takes its place. What a service is, and
 * what else a process has, does not belong here.
 */
@NullMarked
package io.lighter.proxy.handover;

import org.jspecify.annotations.NullMarked;
