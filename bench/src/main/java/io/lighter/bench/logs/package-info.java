/**
 * Container logs: what a line costs the process that keeps it, how long the container is kept
 * waiting, and whether all of it arrives; our pipeline beside conmon, dockerd and containerd.
 */
@NullMarked
package io.lighter.bench.logs;

import org.jspecify.annotations.NullMarked;
