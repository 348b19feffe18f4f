package io.lighter.images;

/** Something about an image is not as it must be: the message says what, where, and what to do. */
public class ImageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ImageException(String message) {
    super(message);
  }

  public ImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
