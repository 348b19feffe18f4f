/**
 * Layers of images and the writable layers of containers: overlay mounts, whiteouts, changes.
 *
 * <p>A {@link io.lighter.overlay.LayerStack} holds the layers of an image open, a {@link
 * io.lighter.overlay.WritableLayer} is what a container may change, and mounting the one below the
 * other gives a descriptor that the container's launch program moves into place. {@link
 * io.lighter.overlay.LayerChanges} tells what the container changed, {@link
 * io.lighter.overlay.Whiteouts} is how layers say that something is not there.
 *
 * <p>No path inside an image is ever resolved through a symbolic link. What does not belong here:
 * where layers come from, how long they are kept, and who counts their users.
 */
@NullMarked
package io.lighter.overlay;

import org.jspecify.annotations.NullMarked;
