/**
 * What it costs to move and to make images, beside Podman, dockerd and skopeo: pull, save, load,
 * push, a build from nothing and one again, each as a command that a user types.
 */
@NullMarked
package io.lighter.bench.images;

import org.jspecify.annotations.NullMarked;
