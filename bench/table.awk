# The table of a measurement, from lines of measure,unit,contender,round,value: medians, and for each of `pairs`, such as
# "adit/go", the median of what each round's ratio was; with `spread`, also the least and the largest of them.

function sorted(list, v,    n, i, j, t) {
    n = split(list, v, " ")
    for (i = 2; i <= n; i++) { t = v[i] + 0; for (j = i - 1; j && v[j] + 0 > t; j--) v[j + 1] = v[j]; v[j + 1] = t }
    return n
}
function median(list,    v, n) {
    n = sorted(list, v)
    return n % 2 ? v[(n + 1) / 2] + 0 : (v[n / 2] + v[n / 2 + 1]) / 2
}
function number(x) { return x >= 100 ? sprintf("%.0f", x) : sprintf("%.2f", x) }
function ratio(row, one, other,    k, list, v, n) {
    for (k = 0; k <= last; k++)
        if (value[row, other, k] > 0 && value[row, one, k] != "")
            list = list " " value[row, one, k] / value[row, other, k]
    if (list == "") return "-"
    n = sorted(list, v)
    return sprintf(spread ? "%.2f (%.2f-%.2f)" : "%.2f", median(list), v[1], v[n])
}
NR == 1 { next }
{
    row = $1 SUBSEP $2
    if (!(row in seen)) { seen[row] = 1; rows[++count] = row }
    all[row, $3] = all[row, $3] " " $5
    value[row, $3, $4] = $5
    if ($4 > last) last = $4
    has[$3] = 1
}
END {
    n = split(labels, label, " ")
    m = split(pairs, pair, " ")
    width = spread ? 18 : 12
    printf "%-14s %-7s", "median of", "unit"
    for (i = 1; i <= n; i++) printf " %12s", label[i]
    for (p = 1; p <= m; p++) {
        split(pair[p], side, "/")
        if (has[side[1]] && has[side[2]]) printf " %*s", width, pair[p]
    }
    print ""
    for (r = 1; r <= count; r++) {
        split(rows[r], name, SUBSEP)
        printf "%-14s %-7s", name[1], name[2]
        for (i = 1; i <= n; i++)
            printf " %12s", all[rows[r], label[i]] == "" ? "-" : number(median(all[rows[r], label[i]]))
        for (p = 1; p <= m; p++) {
            split(pair[p], side, "/")
            if (has[side[1]] && has[side[2]]) printf " %*s", width, ratio(rows[r], side[1], side[2])
        }
        print ""
    }
}
