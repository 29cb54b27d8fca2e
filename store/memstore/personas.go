package memstore

// personaData is one tenant's part of package persona.
type personaData struct{}

func newPersonaData() personaData { return personaData{} }
