package app

func (a *App) copyReport() {}
