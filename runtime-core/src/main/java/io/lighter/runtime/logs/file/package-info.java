/**
 * Logs in files that other programs read: Docker's json-file and the CRI format of the kubelet,
 * byte for byte as those write them.
 *
 * <p>Lines are rendered into memory and written by few large calls; what has been written can be
 * taken back, so that a killed process neither loses nor repeats a line.
 */
@NullMarked
package io.lighter.runtime.logs.file;

import org.jspecify.annotations.NullMarked;
