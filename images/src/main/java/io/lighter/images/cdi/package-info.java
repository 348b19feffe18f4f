/**
 * Devices by the Container Device Interface: what the files of vendors say of a container that gets
 * one.
 *
 * @see <a
 *     href="https://github.com/cncf-tags/container-device-interface/blob/main/SPEC.md">Container
 *     Device Interface Specification</a>
 */
@NullMarked
package io.lighter.images.cdi;

import org.jspecify.annotations.NullMarked;
