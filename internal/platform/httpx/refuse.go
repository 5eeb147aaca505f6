package httpx

// Refuse returns an error with a status of its own, for doors that refuse a request before any feature is asked.
func Refuse(status int, key string, args ...any) error { return refuse(status, key, args...) }
