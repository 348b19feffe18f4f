package io.lighter.cli.template;

import io.lighter.cli.template.Node.Pipeline;
import io.lighter.cli.template.Node.Term;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads templates. */
final class TemplateParser {
  private final List<Object> pieces;
  private int next;

  /** A piece of text is a String, an action a list of tokens. */
  private TemplateParser(List<Object> pieces) {
    this.pieces = pieces;
  }

  static List<Node> parse(String text) {
    TemplateParser parser = new TemplateParser(split(text));
    List<Node> nodes = parser.block();
    if (parser.next < parser.pieces.size()) {
      throw new TemplateException("unexpected {{" + parser.keyword() + "}}");
    }
    return nodes;
  }

  private static List<Object> split(String text) {
    List<Object> pieces = new ArrayList<>();
    int at = 0;
    boolean trim = false;
    while (true) {
      int open = text.indexOf("{{", at);
      String plain = text.substring(at, open < 0 ? text.length() : open);
      boolean trimsLeft = open >= 0 && text.startsWith("{{- ", open);
      plain = trim ? plain.stripLeading() : plain;
      pieces.add(trimsLeft ? plain.stripTrailing() : plain);
      if (open < 0) {
        return pieces;
      }
      int start = open + (trimsLeft ? 3 : 2);
      int close = TemplateLexer.end(text, start);
      trim = text.startsWith(" -", close - 2);
      String inside = text.substring(start, trim ? close - 1 : close).strip();
      if (!inside.startsWith("/*")) {
        pieces.add(TemplateLexer.tokens(inside));
      }
      at = close + 2;
    }
  }

  /** Reads up to an {@code end} or {@code else}, which stays. */
  private List<Node> block() {
    List<Node> nodes = new ArrayList<>();
    while (next < pieces.size()) {
      if (pieces.get(next) instanceof String text) {
        next++;
        if (!text.isEmpty()) {
          nodes.add(new Node.Text(text));
        }
        continue;
      }
      String keyword = keyword();
      if (keyword.equals("end") || keyword.equals("else")) {
        return nodes;
      }
      Tokens tokens = tokens();
      next++;
      nodes.add(
          switch (keyword) {
            case "if", "with" -> choice(tokens.skip(), keyword.equals("with"));
            case "range" -> loop(tokens.skip());
            case "template", "define", "block", "break", "continue" ->
                throw new TemplateException("{{" + keyword + "}} is not supported");
            default -> action(tokens);
          });
    }
    return nodes;
  }

  private Node choice(Tokens tokens, boolean narrows) {
    Pipeline condition = pipeline(tokens);
    List<Node> then = block();
    return new Node.Choice(narrows, condition, then, otherwise());
  }

  /** Reads {@code else} and what follows, through {@code end}. */
  private List<Node> otherwise() {
    if (next == pieces.size()) {
      throw new TemplateException("unexpected EOF: {{end}} is missing");
    }
    Tokens tokens = tokens();
    next++;
    if (tokens.take().equals("end")) {
      return List.of();
    }
    if (tokens.isEmpty()) {
      List<Node> nodes = block();
      otherwise();
      return nodes;
    }
    String keyword = tokens.take();
    if (!keyword.equals("if") && !keyword.equals("with")) {
      throw new TemplateException("unexpected \"" + keyword + "\" after else");
    }
    return List.of(choice(tokens, keyword.equals("with")));
  }

  private Node loop(Tokens tokens) {
    String first = tokens.variableBefore(",", ":=");
    String second = null;
    if (first != null && tokens.is(",")) {
      tokens.take();
      second = tokens.take().substring(1);
    }
    if (first != null) {
      tokens.expect(":=");
    }
    Pipeline over = pipeline(tokens);
    List<Node> body = block();
    boolean both = second != null;
    return new Node.Loop(both ? first : null, both ? second : first, over, body, otherwise());
  }

  private static Node action(Tokens tokens) {
    String variable = tokens.variableBefore(":=", "=");
    if (variable != null) {
      tokens.take();
    }
    return new Node.Action(variable, pipeline(tokens));
  }

  private static Pipeline pipeline(Tokens tokens) {
    Pipeline pipeline = commands(tokens);
    if (!tokens.isEmpty()) {
      throw new TemplateException("unexpected \"" + tokens.take() + "\"");
    }
    return pipeline;
  }

  private static Pipeline commands(Tokens tokens) {
    List<List<Term>> commands = new ArrayList<>();
    List<Term> command = new ArrayList<>();
    while (!tokens.isEmpty() && !tokens.is(")")) {
      if (tokens.is("|")) {
        tokens.take();
        commands.add(complete(command));
        command = new ArrayList<>();
      } else {
        command.add(term(tokens));
      }
    }
    commands.add(complete(command));
    return new Pipeline(List.copyOf(commands));
  }

  private static List<Term> complete(List<Term> command) {
    if (command.isEmpty()) {
      throw new TemplateException("missing value for command");
    }
    return List.copyOf(command);
  }

  private static Term term(Tokens tokens) {
    String token = tokens.take();
    if (token.equals("(")) {
      Pipeline nested = commands(tokens);
      tokens.expect(")");
      Term inner = new Term.Nested(nested);
      return tokens.isAttachedField() ? fields(inner, tokens.take()) : inner;
    }
    char first = token.charAt(0);
    if (first == '.') {
      return token.equals(".") ? new Term.Dot() : fields(new Term.Dot(), token);
    }
    if (first == '$') {
      int dot = token.indexOf('.');
      Term variable = new Term.Variable(token.substring(1, dot < 0 ? token.length() : dot));
      return dot < 0 ? variable : fields(variable, token.substring(dot));
    }
    return TemplateLexer.isLiteral(token)
        ? new Term.Literal(TemplateLexer.literal(token))
        : new Term.Function(token);
  }

  private static Term fields(Term of, String path) {
    List<String> names = List.of(path.substring(1).split("\\.", -1));
    if (names.contains("")) {
      throw new TemplateException("unexpected . after term \"" + path + "\"");
    }
    return new Term.Fields(of, names);
  }

  private String keyword() {
    return tokens().peek();
  }

  private Tokens tokens() {
    return new Tokens(pieces.get(next));
  }

  /** The rest of the tokens of an action. */
  private static final class Tokens {
    private final List<?> tokens;
    private int at;

    Tokens(Object tokens) {
      this.tokens = (List<?>) tokens;
      if (this.tokens.isEmpty()) {
        throw new TemplateException("missing value for command");
      }
    }

    boolean isEmpty() {
      return at == tokens.size();
    }

    String peek() {
      return strip(String.valueOf(tokens.get(at)));
    }

    boolean is(String token) {
      return !isEmpty() && peek().equals(token);
    }

    /** Whether a field follows a parenthesis without a blank between. */
    boolean isAttachedField() {
      return !isEmpty() && String.valueOf(tokens.get(at)).startsWith(TemplateLexer.ATTACHED);
    }

    String take() {
      if (isEmpty()) {
        throw new TemplateException("unexpected end of an action");
      }
      String token = peek();
      at++;
      return token;
    }

    Tokens skip() {
      at++;
      return this;
    }

    void expect(String token) {
      if (!is(token)) {
        throw new TemplateException("\"" + token + "\" is missing");
      }
      at++;
    }

    /** Takes a variable when one of two signs follows it. */
    @Nullable String variableBefore(String sign, String other) {
      if (at + 1 < tokens.size() && peek().startsWith("$")) {
        String following = strip(String.valueOf(tokens.get(at + 1)));
        if (following.equals(sign) || following.equals(other)) {
          return take().substring(1);
        }
      }
      return null;
    }

    private static String strip(String token) {
      return token.startsWith(TemplateLexer.ATTACHED) ? token.substring(1) : token;
    }
  }
}
