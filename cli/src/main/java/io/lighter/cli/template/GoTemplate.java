package io.lighter.cli.template;

import io.lighter.cli.template.Node.Pipeline;
import io.lighter.cli.template.Node.Term;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A template of Go's text/template, over plain values: maps, lists, strings, numbers, truth values.
 * Immutable.
 */
public final class GoTemplate {
  private final List<Node> nodes;

  private GoTemplate(List<Node> nodes) {
    this.nodes = nodes;
  }

  /**
   * Reads a template.
   *
   * @throws TemplateException says what is wrong with it
   */
  public static GoTemplate parse(String text) {
    return new GoTemplate(TemplateParser.parse(text));
  }

  /**
   * Applies it.
   *
   * @throws TemplateException when the data have not what it asks for
   */
  public String apply(@Nullable Object data) {
    Run run = new Run(data);
    run.all(nodes, data);
    return run.out.toString();
  }

  private static final class Run {
    private final StringBuilder out = new StringBuilder();
    private final Map<String, @Nullable Object> variables = new HashMap<>();

    Run(@Nullable Object data) {
      variables.put("", data);
    }

    void all(List<Node> nodes, @Nullable Object dot) {
      for (Node node : nodes) {
        one(node, dot);
      }
    }

    private void one(Node node, @Nullable Object dot) {
      switch (node) {
        case Node.Text text -> out.append(text.text());
        case Node.Action action -> {
          Object value = value(action.pipeline(), dot);
          if (action.variable() == null) {
            out.append(GoValues.text(value));
          } else {
            variables.put(action.variable(), value);
          }
        }
        case Node.Choice choice -> {
          Object value = value(choice.condition(), dot);
          if (GoValues.isTrue(value)) {
            all(choice.then(), choice.narrows() ? value : dot);
          } else {
            all(choice.otherwise(), dot);
          }
        }
        case Node.Loop loop -> loop(loop, dot);
      }
    }

    private void loop(Node.Loop loop, @Nullable Object dot) {
      Map<Object, @Nullable Object> entries = entries(value(loop.over(), dot));
      if (entries.isEmpty()) {
        all(loop.otherwise(), dot);
      }
      for (Map.Entry<Object, @Nullable Object> entry : entries.entrySet()) {
        if (loop.key() != null) {
          variables.put(loop.key(), entry.getKey());
        }
        if (loop.value() != null) {
          variables.put(loop.value(), entry.getValue());
        }
        all(loop.body(), entry.getValue());
      }
    }

    private static Map<Object, @Nullable Object> entries(@Nullable Object value) {
      Map<Object, @Nullable Object> entries = new LinkedHashMap<>();
      switch (value) {
        case null -> {}
        case Map<?, ?> map -> {
          Map<String, @Nullable Object> sorted = new TreeMap<>();
          map.forEach((key, element) -> sorted.put(String.valueOf(key), element));
          entries.putAll(sorted);
        }
        case List<?> list -> {
          for (int i = 0; i < list.size(); i++) {
            entries.put((long) i, list.get(i));
          }
        }
        default -> throw new TemplateException("range can't iterate over " + GoValues.text(value));
      }
      return entries;
    }

    private @Nullable Object value(Pipeline pipeline, @Nullable Object dot) {
      Object value = null;
      boolean first = true;
      for (List<Term> command : pipeline.commands()) {
        List<@Nullable Object> arguments = new ArrayList<>();
        for (Term term : command.subList(1, command.size())) {
          arguments.add(value(term, dot));
        }
        if (!first) {
          arguments.add(value);
        }
        value = call(command.getFirst(), arguments, dot);
        first = false;
      }
      return value;
    }

    private @Nullable Object call(
        Term head, List<@Nullable Object> arguments, @Nullable Object dot) {
      if (head instanceof Term.Function function) {
        return GoFunctions.call(function.name(), arguments);
      }
      if (!arguments.isEmpty()) {
        throw new TemplateException("can't give argument to non-function " + head);
      }
      return value(head, dot);
    }

    private @Nullable Object value(Term term, @Nullable Object dot) {
      return switch (term) {
        case Term.Literal literal -> literal.value();
        case Term.Dot _ -> dot;
        case Term.Variable variable -> {
          if (!variables.containsKey(variable.name())) {
            throw new TemplateException("undefined variable \"$" + variable.name() + "\"");
          }
          yield variables.get(variable.name());
        }
        case Term.Fields fields -> {
          Object value = value(fields.of(), dot);
          for (String name : fields.names()) {
            value = GoValues.field(value, name);
          }
          yield value;
        }
        case Term.Function function -> GoFunctions.call(function.name(), List.of());
        case Term.Nested nested -> value(nested.pipeline(), dot);
      };
    }
  }
}
