package io.lighter.cli.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a template. */
sealed interface Node {

  /** Text that is copied. */
  record Text(String text) implements Node {}

  /** A value that is printed, unless it is given to a variable. */
  record Action(@Nullable String variable, Pipeline pipeline) implements Node {}

  /** {@code if} and {@code with}. */
  record Choice(boolean narrows, Pipeline condition, List<Node> then, List<Node> otherwise)
      implements Node {}

  /** {@code range}. */
  record Loop(
      @Nullable String key,
      @Nullable String value,
      Pipeline over,
      List<Node> body,
      List<Node> otherwise)
      implements Node {}

  /** Commands, each of which gets what the one before returned as its last argument. */
  record Pipeline(List<List<Term>> commands) {}

  /** A part of a command. */
  sealed interface Term {
    /** A string, number, truth value or null. */
    record Literal(@Nullable Object value) implements Term {}

    /** {@code .A.B}, {@code $x.A} or {@code (...).A}: fields of a value. */
    record Fields(Term of, List<String> names) implements Term {}

    /** {@code .}. */
    record Dot() implements Term {}

    /** {@code $x}; the name of {@code $} is "". */
    record Variable(String name) implements Term {}

    /** A function by its name. */
    record Function(String name) implements Term {}

    /** {@code (...)}. */
    record Nested(Pipeline pipeline) implements Term {}
  }
}
