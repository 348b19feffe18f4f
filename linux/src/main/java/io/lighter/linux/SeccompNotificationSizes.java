package io.lighter.linux;

/**
 * Bytes of the structs of notifications on the running kernel: struct seccomp_notif_sizes.
 *
 * @param notification of struct seccomp_notif
 * @param response of struct seccomp_notif_resp
 * @param data of struct seccomp_data
 */
public record SeccompNotificationSizes(int notification, int response, int data) {}
