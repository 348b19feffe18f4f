package io.lighter.proxy.service;

/** What a service speaks. */
public enum Transport {
  TCP,
  UDP
}
