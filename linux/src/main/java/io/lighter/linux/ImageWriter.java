package io.lighter.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes the steps of a launch program into memory, with the strings and structs they point to. */
final class ImageWriter {
  static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;

  private static final int CHUNK = 16 * 1024;

  private final Arena arena;
  private final long steps;
  private final long parameters;
  private final Map<String, Long> strings = new HashMap<>();
  private final Map<LaunchProgram.TextParameter, MemorySegment> texts = new HashMap<>();
  private MemorySegment chunk;
  private long used;

  /**
   * Prepares the writing.
   *
   * @param steps address of the first step
   * @param parameters address of the first parameter's cell
   */
  ImageWriter(Arena arena, long steps, long parameters) {
    this.arena = arena;
    this.steps = steps;
    this.parameters = parameters;
    this.chunk = arena.allocate(CHUNK, Long.BYTES);
  }

  void write(Step step, MemorySegment memory) {
    memory.set(JAVA_LONG, MachineCode.STEP_NUMBER, step.call().number());
    int indirect = 0;
    List<Object> arguments = step.arguments();
    for (int i = 0; i < arguments.size(); i++) {
      Object argument = arguments.get(i);
      if (argument instanceof Step || argument instanceof LaunchProgram.Parameter) {
        indirect |= 1 << i;
      }
      memory.set(JAVA_LONG, MachineCode.STEP_ARGUMENTS + 8L * i, valueOf(argument));
    }
    memory.set(SHORT, MachineCode.STEP_INDIRECT, (short) indirect);
    memory.set(SHORT, MachineCode.STEP_SKIP, (short) step.skip());
    for (int i = 0; i < step.tolerated().size(); i++) {
      memory.set(SHORT, MachineCode.STEP_TOLERATED + 2L * i, step.tolerated().get(i).shortValue());
    }
  }

  int setText(LaunchProgram.TextParameter parameter, String value) {
    MemorySegment text = texts.get(parameter);
    if (text == null) {
      throw new IllegalArgumentException("the program has no parameter " + parameter);
    }
    byte[] bytes = encode(value);
    if (bytes.length > parameter.capacity()) {
      throw new IllegalArgumentException(
          parameter + " takes " + parameter.capacity() + " bytes: " + value);
    }
    MemorySegment.copy(bytes, 0, text, JAVA_BYTE, 0, bytes.length);
    text.set(JAVA_BYTE, bytes.length, (byte) 0);
    return bytes.length;
  }

  private long valueOf(Object argument) {
    return switch (argument) {
      case Integer number -> number;
      case Long number -> number;
      case Fd fd -> fd.number();
      case Step step -> addressOf(step) + MachineCode.STEP_RESULT;
      case LaunchProgram.Memory memory -> addressOf(memory.first());
      case LaunchProgram.Parameter parameter -> parameters + 8L * parameter.index();
      case LaunchProgram.TextParameter text -> text(text).address();
      case String string -> string(string);
      case List<?> list -> strings(list);
      case byte[] bytes -> bytes(bytes);
      case LaunchProgram.Struct struct -> struct(struct);
      case SockFprog filter -> filter.address();
      default -> throw new IllegalArgumentException("not an argument: " + argument);
    };
  }

  private long addressOf(Step step) {
    return steps + (long) step.index() * MachineCode.STEP_SIZE;
  }

  private MemorySegment text(LaunchProgram.TextParameter parameter) {
    return texts.computeIfAbsent(parameter, p -> allocate(p.capacity() + 1L));
  }

  private long string(String string) {
    Long known = strings.get(string);
    if (known != null) {
      return known;
    }
    byte[] bytes = encode(string);
    MemorySegment memory = allocate(bytes.length + 1L);
    MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, 0, bytes.length);
    memory.set(JAVA_BYTE, bytes.length, (byte) 0);
    strings.put(string, memory.address());
    return memory.address();
  }

  private static byte[] encode(String string) {
    if (string.indexOf(0) >= 0) {
      throw new IllegalArgumentException(
          "a string of a system call holds a NUL byte: " + string.replace('\0', '?'));
    }
    return string.getBytes(StandardCharsets.UTF_8);
  }

  private long strings(List<?> list) {
    MemorySegment array = allocate(8L * (list.size() + 1));
    for (int i = 0; i < list.size(); i++) {
      array.setAtIndex(JAVA_LONG, i, string((String) list.get(i)));
    }
    array.setAtIndex(JAVA_LONG, list.size(), 0);
    return array.address();
  }

  private long bytes(byte[] bytes) {
    MemorySegment memory = allocate(bytes.length);
    MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, 0, bytes.length);
    return memory.address();
  }

  private long struct(LaunchProgram.Struct struct) {
    MemorySegment memory = allocate(8L * struct.words().size());
    for (int i = 0; i < struct.words().size(); i++) {
      memory.setAtIndex(JAVA_LONG, i, valueOf(struct.words().get(i)));
    }
    return memory.address();
  }

  private MemorySegment allocate(long bytes) {
    long size = (bytes + 7) & -8L;
    if (size > CHUNK / 4) {
      return arena.allocate(Math.max(size, 8), Long.BYTES);
    }
    if (used + size > chunk.byteSize()) {
      chunk = arena.allocate(CHUNK, Long.BYTES);
      used = 0;
    }
    MemorySegment slice = chunk.asSlice(used, size);
    used += size;
    return slice;
  }
}
