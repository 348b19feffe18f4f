package io.lighter.bench.start;

import io.lighter.linux.Architecture;
import io.lighter.runtime.seccomp.SeccompCompiler;
import io.lighter.runtime.seccomp.SeccompProgram;
import io.lighter.runtime.spec.Seccomp;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The floor's system-call filter as a file: the instructions that our own runtime loads, so that
 * the floor does not differ by the quality of a compiler.
 */
public final class FilterFile {

  private static final int INSTRUCTION_BYTES = 8;

  private FilterFile() {}

  /** Returns {@code file}, or null when there is nothing to compile. */
  public static @Nullable Path write(@Nullable Seccomp profile, Path file) throws IOException {
    if (profile == null) {
      return null;
    }
    SeccompProgram program = SeccompCompiler.compile(profile, Architecture.current());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate((long) program.length() * INSTRUCTION_BYTES);
      program.writeTo(bytes, 0);
      return Files.write(file, bytes.toArray(ValueLayout.JAVA_BYTE));
    }
  }
}
