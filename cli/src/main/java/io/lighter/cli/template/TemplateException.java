package io.lighter.cli.template;

/** A template is not one, or does not suit what it is applied to. */
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TemplateException(String message) {
    super("template parsing error: " + message, null, false, false);
  }
}
