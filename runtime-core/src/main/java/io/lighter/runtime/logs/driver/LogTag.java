package io.lighter.runtime.logs.driver;

/**
 * The name under which a container's lines arrive: a template of Go, of which this much is known:
 *
 * <ul>
 *   <li>literal text, and expressions between {@code {{} and {@code }}}
 *   <li>{@code .ID}, {@code .FullID}, {@code .Name}, {@code .ImageID}, {@code .ImageFullID}, {@code
 *       .ImageName}, {@code .Command}, {@code .Hostname}, {@code .DaemonName}, {@code
 *       .ContainerID}, {@code .ContainerName} (with a slash before it), {@code .ContainerImageID},
 *       {@code .ContainerImageName}, {@code .ContainerLabels}
 *   <li>{@code (.ExtraAttributes nil).NAME}: what the options labels and env name
 *   <li>{@code lower}, {@code upper}, {@code title}, {@code truncate}, {@code pad}, {@code json},
 *       {@code index}, before their arguments or behind a {@code |}
 * </ul>
 *
 * Anything else is refused by an error that names it.
 *
 * @see <a href="https://pkg.go.dev/text/template">text/template</a>
 */
public final class LogTag {
  /** What Docker takes when the option is not given. */
  public static final String DEFAULT = "{{.ID}}";

  private LogTag() {}

  /**
   * Makes the tag of a container by its option {@code tag}.
   *
   * @param ifEmpty the template when the option is not given or is empty
   * @throws LogOptionException when the template holds what is not known here
   */
  public static String of(ContainerInfo container, LogOptions options, String ifEmpty) {
    String given = options.text("tag");
    String template = given.isEmpty() ? ifEmpty : given;
    StringBuilder tag = new StringBuilder();
    int at = 0;
    while (true) {
      int open = template.indexOf("{{", at);
      if (open < 0) {
        return tag.append(template, at, template.length()).toString();
      }
      int close = template.indexOf("}}", open);
      if (close < 0) {
        throw new LogOptionException(
            "log opt 'tag': there is no }} to the {{ at " + open + " of '" + template + "'");
      }
      tag.append(template, at, open);
      String expression = template.substring(open + 2, close);
      tag.append(new TagExpression(expression, container, options).text());
      at = close + 2;
    }
  }
}
