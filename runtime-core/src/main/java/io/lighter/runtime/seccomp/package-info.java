/**
 * System-call filters: from the seccomp section of a container's configuration to the classic BPF
 * program that the kernel runs, by a compiler of our own; Docker's default profile and the reader
 * for profiles in Docker's format.
 *
 * <p>A profile becomes a {@link io.lighter.runtime.spec.Seccomp}, {@link
 * io.lighter.runtime.seccomp.SeccompCompiler} makes a {@link
 * io.lighter.runtime.seccomp.SeccompProgram} of it, {@link io.lighter.runtime.seccomp.FilterCache}
 * keeps that.
 *
 * <p>What does not belong here: loading a filter, and talking to the listener of a notification.
 */
@NullMarked
package io.lighter.runtime.seccomp;

import org.jspecify.annotations.NullMarked;
