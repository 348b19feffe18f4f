/**
 * Direct Linux system calls by the Foreign Function and Memory API.
 *
 * <p>Three layers. {@link io.lighter.linux.SystemCalls} is the seam: one system call with its six
 * raw arguments, run by the kernel ({@link io.lighter.linux.Linux#kernel()}) or recorded by a test
 * ({@link io.lighter.linux.RecordedSystemCalls}). Above it stands one class a section of the manual
 * ({@link io.lighter.linux.Files}, {@link io.lighter.linux.Mounts}, ...) with typed methods named
 * like the calls. Beside them, {@link io.lighter.linux.LaunchProgram} is a list of calls that a new
 * process makes before its exec, because no Java can run there.
 *
 * <p>Nothing else in the project holds a system-call number, an offset in a struct of the kernel,
 * or a bare descriptor. What does not belong here: any notion of a container.
 */
@NullMarked
package io.lighter.linux;

import org.jspecify.annotations.NullMarked;
