package io.lighter.cli.run;

import io.lighter.runtime.spec.Device;

/**
 * A host's device that the container gets.
 *
 * @param device the node to make
 * @param access some of {@code r}, {@code w} and {@code m} (mknod)
 * @param hostPath where the host has it
 */
public record GrantedDevice(Device device, String access, String hostPath) {}
