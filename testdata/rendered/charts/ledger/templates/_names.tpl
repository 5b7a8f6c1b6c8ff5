{{- define "ledger.name" -}}
{{ .Release.Name }}-ledger
{{- end }}
