package dev.adit.proxy.health;

/// The text of metrics, in the format of Prometheus, version 0.0.4, or of OpenMetrics 1.0. Confined
/// to one thread.
final class MetricsText {
    private final boolean isOpenMetrics;
    private final StringBuilder text = new StringBuilder();
    private String name = "";

    /// @param isOpenMetrics true for OpenMetrics
    MetricsText(boolean isOpenMetrics) {
        this.isOpenMetrics = isOpenMetrics;
    }

    /// The type of the text, as HTTP has it.
    static String type(boolean isOpenMetrics) {
        return isOpenMetrics
                ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                : "text/plain; version=0.0.4; charset=utf-8";
    }

    /// Begins the metric of a counter, whose name ends with `_total`.
    MetricsText counter(String total, String help) {
        String family = total.substring(0, total.length() - "_total".length());
        return begin(total, isOpenMetrics ? family : total, "counter", help);
    }

    /// Begins the metric of a value that goes up and down.
    MetricsText gauge(String gauge, String help) {
        return begin(gauge, gauge, "gauge", help);
    }

    private MetricsText begin(String sample, String family, String type, String help) {
        name = sample;
        text.append("# HELP ").append(family).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(family).append(' ').append(type).append('\n');
        return this;
    }

    /// Adds a value to the metric that was begun.
    ///
    /// @param labels names, each before its value
    MetricsText add(long value, String... labels) {
        text.append(name);
        for (int i = 0; i < labels.length; i += 2) {
            text.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
            escape(labels[i + 1]);
            text.append('"');
        }
        if (labels.length > 0) text.append('}');
        text.append(' ').append(value).append('\n');
        return this;
    }

    private void escape(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\n') text.append("\\n");
            else if (c == '"' || c == '\\') text.append('\\').append(c);
            else text.append(c);
        }
    }

    /// The whole of it, after which nothing is added.
    String end() {
        if (isOpenMetrics) text.append("# EOF\n");
        return text.toString();
    }
}
